/** Looking into channels and their dead letters, and deciding about them. */
package dev.dotori.redisstreams.admin;
