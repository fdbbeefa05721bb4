package dev.dotori.redisstreams.internals;

/** What a server's error to a message means for the message. */
enum Refusal {
  /** It may be taken later: the server is out of memory, busy, or has too few replicas. */
  FOR_NOW,

  /** It follows one that was not added. */
  BEHIND_ANOTHER,

  /** The server has lost its scripts. */
  SCRIPT_UNKNOWN,

  /** It would never be taken. */
  FOR_GOOD;

  private static final String[] PASSING = {"OOM", "MISCONF", "NOREPLICAS", "BUSY", "TRYAGAIN"};

  static Refusal of(Throwable error) {
    String message = String.valueOf(error.getMessage());
    if (message.startsWith("NOSCRIPT")) {
      return SCRIPT_UNKNOWN;
    }
    if (message.startsWith(PublishScripts.OUT_OF_ORDER)) {
      return BEHIND_ANOTHER;
    }
    for (String passing : PASSING) {
      // Redis 6.2 wraps what a script's command is answered: "… @user_script: 9: -OOM command …".
      if (message.startsWith(passing + " ") || message.contains(" -" + passing + " ")) {
        return FOR_NOW;
      }
    }
    return FOR_GOOD;
  }
}
