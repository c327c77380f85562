package dev.backstop;

import org.jspecify.annotations.Nullable;

/**
 * The database is reachable, but its tables are missing, too old, too new or damaged, could not be
 * migrated, or may not be read. The message names what is wrong and what to do.
 */
public final class BackupSchemaException extends BackstopException {
  private static final long serialVersionUID = 1L;

  /** Used by the core. */
  public BackupSchemaException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
