package dev.dotori.sandbox.state;

import dev.dotori.sandbox.Network;

/**
 * Somebody who is signed in at a network.
 *
 * @param id the network's id of the person; digits
 * @param pageId on Facebook, the id of the one page that the person manages; else null
 */
public record Account(Network network, String id, String username, String name, String pageId) {

  /** On whose behalf posts appear: the page on Facebook, the person on X. */
  public String publisherId() {
    return pageId == null ? id : pageId;
  }
}
