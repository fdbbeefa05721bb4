package dev.dotori.redisstreams.faults;

/** What a message says: it is the {@code number}th of its key, from 0. */
record Item(String key, int number) {

  static Item parse(String text) {
    int colon = text.indexOf(':');
    return new Item(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return key + ":" + number;
  }
}
