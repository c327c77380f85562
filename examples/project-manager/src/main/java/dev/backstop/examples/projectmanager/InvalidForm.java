package dev.backstop.examples.projectmanager;

import java.util.List;

/** A form that will not do, with every reason, each for people to read. */
final class InvalidForm extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final List<String> faults;

  InvalidForm(List<String> faults) {
    super(String.join(" ", faults));
    this.faults = List.copyOf(faults);
  }

  static InvalidForm because(String fault) {
    return new InvalidForm(List.of(fault));
  }

  List<String> faults() {
    return faults;
  }
}
