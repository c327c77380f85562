package dev.backstop.examples.feedreader;

import dev.backstop.LoadFailure;
import dev.backstop.LoadTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ages, reasons and columns in words. */
final class Words {
  private static final Pattern TIMEOUT = Pattern.compile("longer than (PT\\S+)$");

  private Words() {}

  /** How old a value of that stamp is: {@code 3.2 s old}. */
  static String age(Instant stamp, Instant now) {
    Duration age = Duration.between(stamp, now);
    if (age.compareTo(Duration.ofMinutes(1)) < 0) {
      return String.format(Locale.ROOT, "%.1f s old", Math.max(0, age.toMillis()) / 1000.0);
    }
    if (age.compareTo(Duration.ofHours(1)) < 0) {
      return age.toMinutes() + " min old";
    }
    return age.compareTo(Duration.ofDays(2)) < 0
        ? age.toHours() + " h old"
        : age.toDays() + " d old";
  }

  /** The failure's short name and what it says: {@code IOException: HTTP 500}. */
  static String reason(LoadFailure failure) {
    String name = failure.type().substring(failure.type().lastIndexOf('.') + 1);
    String message = failure.message() == null ? "" : failure.message();
    Matcher timeout = TIMEOUT.matcher(message);
    if (failure.type().equals(LoadTimeoutException.class.getName()) && timeout.find()) {
      message = "over " + seconds(Duration.parse(timeout.group(1)));
    }
    return message.isEmpty() ? name : name + ": " + message.replaceAll("[\\p{Cc}\\s]+", " ");
  }

  /** {@code 1 s}, {@code 0.2 s}. */
  static String seconds(Duration time) {
    return String.valueOf(time.toMillis() / 1000.0).replaceFirst("\\.0$", "") + " s";
  }

  /** At most {@code width} characters, the last an ellipsis where something was cut. */
  static String fit(String text, int width) {
    return length(text) <= width
        ? text
        : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
  }

  static String pad(String text, int width) {
    String fitted = fit(text, width);
    return fitted + " ".repeat(width - length(fitted));
  }

  static String padLeft(String text, int width) {
    String fitted = fit(text, width);
    return " ".repeat(width - length(fitted)) + fitted;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
