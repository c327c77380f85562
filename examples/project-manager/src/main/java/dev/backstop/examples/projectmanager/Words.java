package dev.backstop.examples.projectmanager;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How the pages write numbers, ages and days. */
final class Words {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);

  private Words() {}

  static String count(int number, String one, String many) {
    return number(number) + " " + (number == 1 ? one : many);
  }

  static String number(int number) {
    return String.format(Locale.ENGLISH, "%,d", number);
  }

  static String day(LocalDate day) {
    return DAY.format(day);
  }

  static String age(Instant from, Instant now) {
    Duration age = Duration.between(from, now);
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 2) {
      return "just now";
    }
    if (seconds < 120) {
      return seconds + " seconds ago";
    }
    if (seconds < 2 * 3600) {
      return age.toMinutes() + " minutes ago";
    }
    return seconds < 48 * 3600 ? age.toHours() + " hours ago" : age.toDays() + " days ago";
  }
}
