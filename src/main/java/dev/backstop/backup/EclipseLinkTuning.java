package dev.backstop.backup;

import org.eclipse.persistence.sessions.DatabaseLogin;
import org.eclipse.persistence.sessions.Session;
import org.eclipse.persistence.sessions.SessionCustomizer;

/**
 * Keeps EclipseLink from trying a failed read again, three times and five seconds apart, while a
 * caller waits. It has no property for that. Public, because EclipseLink makes it by name. Not for
 * applications.
 */
public class EclipseLinkTuning implements SessionCustomizer {
  /** For the provider. */
  public EclipseLinkTuning() {}

  @Override
  public void customize(Session session) {
    if (session.getDatasourceLogin() instanceof DatabaseLogin login) {
      login.setQueryRetryAttemptCount(0);
      login.setDelayBetweenConnectionAttempts(0);
    }
  }
}
