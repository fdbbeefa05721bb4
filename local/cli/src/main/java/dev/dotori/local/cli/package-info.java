/**
 * What {@code ./dotori} runs. {@link dev.dotori.local.cli.Topology} is the whole local system in
 * one file; {@link dev.dotori.local.cli.Platform} starts and stops it; {@link
 * dev.dotori.local.cli.DataDirectory} keeps what must be known between commands.
 */
package dev.dotori.local.cli;
