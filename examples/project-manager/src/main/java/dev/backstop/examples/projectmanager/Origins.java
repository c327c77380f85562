package dev.backstop.examples.projectmanager;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Where a form was that somebody sent. */
final class Origins {
  private Origins() {}

  /**
   * Whether it may have been ours. A browser says where a form was; whoever says nothing is none,
   * and acts in no visitor's name.
   *
   * @param site the header Sec-Fetch-Site
   * @param origin the header Origin
   * @param host the header Host
   */
  static boolean areOurs(@Nullable String site, @Nullable String origin, @Nullable String host) {
    return (site == null || site.equals("same-origin") || site.equals("none"))
        && (origin == null || isHost(origin, host));
  }

  private static boolean isHost(String origin, @Nullable String host) {
    try {
      return host != null && host.equalsIgnoreCase(URI.create(origin).getAuthority());
    } catch (IllegalArgumentException notAnOrigin) {
      return false;
    }
  }
}
