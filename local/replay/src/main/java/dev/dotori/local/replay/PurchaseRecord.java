package dev.dotori.local.replay;

import java.time.LocalDate;

/**
 * One line of the input.
 *
 * @param line its number, from 1: two lines may say the same and still mean two purchases
 * @param customer the customer's number, as the input writes it
 * @param cents what was paid, 0 or more
 */
record PurchaseRecord(int line, String customer, LocalDate date, long cents) {}
