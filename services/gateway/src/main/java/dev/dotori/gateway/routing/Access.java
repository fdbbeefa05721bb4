package dev.dotori.gateway.routing;

/** Whether a call needs a token. What the caller may do with it, the service decides. */
public enum Access {
  /** Without a token too. One that is sent must be good all the same. */
  ANYONE,
  SIGNED_IN
}
