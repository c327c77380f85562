package dev.backstop.it.conformance.json;

import jakarta.json.bind.annotation.JsonbDateFormat;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbTransient;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Of what JSON-B and Jackson write differently. */
public class Person {
  /** The name. */
  @JsonbProperty("full-name")
  public String getName() {
    return "Ada";
  }

  /** The birthday. */
  @JsonbDateFormat("dd.MM.yyyy")
  public LocalDate getBorn() {
    return LocalDate.of(1815, 12, 10);
  }

  /** Nothing, which JSON-B leaves out. */
  public @Nullable String getEmail() {
    return null;
  }

  /** Something that may be absent. */
  public Optional<String> getTitle() {
    return Optional.of("Countess");
  }

  /** Nobody else's business. */
  @JsonbTransient
  public String getPassword() {
    return "secret";
  }

  /** Several. */
  public List<Integer> getNotes() {
    return List.of(1, 2);
  }
}
