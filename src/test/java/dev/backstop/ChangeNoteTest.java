package dev.backstop;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.junit.jupiter.api.Test;

class ChangeNoteTest {
  // What is an entity here is found by every unit that takes whatever there is.

  @Entity(name = "Root")
  static class Base {
    @Id long id = 7;
  }

  @Entity
  static class Derived extends Base {}

  static class OfProperties {
    @Id
    private String getId() {
      return "seven";
    }
  }

  record Part(int country, String number) {}

  static class OfParts {
    @EmbeddedId Part part = new Part(49, "1");
  }

  static class OfTwo {
    @Id int one = 1;
    @Id int two = 2;
  }

  static class OfXml {
    int id = 7;
  }

  static class OfLongId {
    @Id String id = "x".repeat(256);
  }

  @Test
  void anEntityHasTheNameOfItsRoot() {
    assertThat(ChangeNote.of(new Derived())).isEqualTo(new ChangeNote("Root", "7"));
    assertThat(ChangeNote.name(Derived.class)).isEqualTo("Root");
    assertThat(ChangeNote.of(new OfProperties()))
        .isEqualTo(new ChangeNote("OfProperties", "seven"));
  }

  @Test
  void anEmbeddedIdIsItsText() {
    assertThat(ChangeNote.of(new OfParts()))
        .isEqualTo(new ChangeNote("OfParts", "Part[country=49, number=1]"));
  }

  @Test
  void whatIsNotKnownOrTooLongIsNone() {
    assertThat(ChangeNote.of(new OfTwo())).isEqualTo(new ChangeNote("OfTwo", null));
    assertThat(ChangeNote.of(new OfXml())).isEqualTo(new ChangeNote("OfXml", null));
    assertThat(ChangeNote.of(new OfLongId())).isEqualTo(new ChangeNote("OfLongId", null));
  }
}
