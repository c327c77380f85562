package dev.backstop;

import org.jspecify.annotations.Nullable;

/** The database is reachable, but its tables are missing, too old, or could not be migrated. */
public final class BackupSchemaException extends BackstopException {
  private static final long serialVersionUID = 1L;

  /** Used by the core. */
  public BackupSchemaException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
