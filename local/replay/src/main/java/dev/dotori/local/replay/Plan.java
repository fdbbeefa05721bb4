package dev.dotori.local.replay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Everything that a replay does, decided before it begins from the input and the seed alone: so a
 * replay that goes on after a break sends just what it would have sent.
 *
 * @param key names this plan: other input, other seed, other key
 * @param customers in the order of their first purchase
 * @param purchases in the input's order
 */
record Plan(String key, List<String> customers, List<Purchase> purchases) {

  private static final int MAX_SHARERS = 4;

  /** A purchase, and the other customers who share what it earns. */
  record Purchase(PurchaseRecord record, List<String> sharers) {

    /** All who get points, the buyer first. */
    List<String> participants() {
      List<String> participants = new ArrayList<>();
      participants.add(record.customer());
      participants.addAll(sharers);
      return participants;
    }
  }

  static Plan of(List<PurchaseRecord> records, long seed) {
    List<String> customers = records.stream().map(PurchaseRecord::customer).distinct().toList();
    SplittableRandom random = new SplittableRandom(seed);
    List<Purchase> purchases =
        records.stream()
            .map(record -> new Purchase(record, sharers(record, customers, random)))
            .toList();
    return new Plan(key(records, seed), customers, purchases);
  }

  private static List<String> sharers(
      PurchaseRecord record, List<String> customers, SplittableRandom random) {
    int wanted = Math.min(random.nextInt(MAX_SHARERS + 1), customers.size() - 1);
    Set<String> sharers = new LinkedHashSet<>();
    while (sharers.size() < wanted) {
      String customer = customers.get(random.nextInt(customers.size()));
      if (!customer.equals(record.customer())) {
        sharers.add(customer);
      }
    }
    return List.copyOf(sharers);
  }

  private static String key(List<PurchaseRecord> records, long seed) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).flip());
      for (PurchaseRecord record : records) {
        digest.update((record + "\n").getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
