/**
 * Plays real purchase records through the gateway's public API, as a shop's till would, and then
 * recomputes every balance itself. It knows the services by their API alone, so what it finds is
 * what a client would find.
 */
package dev.dotori.local.replay;
