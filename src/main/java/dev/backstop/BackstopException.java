package dev.backstop;

import org.jspecify.annotations.Nullable;

/** The root of what Backstop itself throws. A loader's own exception is never wrapped in one. */
public abstract class BackstopException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BackstopException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
