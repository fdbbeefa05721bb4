package dev.dotori.gateway.routing;

/** What kind of call this is: rate limits and body limits are set per class. */
public enum CallClass {
  /** Shows or changes a credential; limited by network address, whoever is signed in. */
  SIGN_IN,
  READ,
  WRITE,
  /** Carries a file. */
  UPLOAD
}
