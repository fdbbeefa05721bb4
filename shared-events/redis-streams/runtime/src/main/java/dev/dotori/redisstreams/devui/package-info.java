/** The Dev UI's view of the channels. */
package dev.dotori.redisstreams.devui;
