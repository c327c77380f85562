package dev.backstop.examples.projectmanager;

/** Somebody else has changed the task since the form was shown. */
final class StaleForm extends RuntimeException {
  private static final long serialVersionUID = 1;

  StaleForm() {}

  StaleForm(Throwable cause) {
    super(cause);
  }
}
