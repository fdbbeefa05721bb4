/**
 * MySQL, Redis and S3 as local processes, without containers: real servers, each on a free port of
 * 127.0.0.1 and with random passwords, for {@code ./dotori up} and for the tests.
 */
package dev.dotori.local.servers;
