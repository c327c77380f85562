package dev.backstop.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.CacheTier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** What Backstop needs of every tier. Extend it with the tier that is to pass. */
public abstract class CacheTierContract {
  private static final int MEGABYTE = 1 << 20;

  /** The tier, open and empty, with room for some megabytes; the same during a test. */
  protected abstract CacheTier tier() throws Exception;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  public void itsNameIsFitForLogs() throws Exception {
    assertThat(tier().name()).matches("[A-Za-z0-9_.-]{1,64}");
  }

  @Test
  public void ofAnUnknownKeyItHasNothing() throws Exception {
    assertThat(tier().get("k")).isNull();
    tier().remove("k");
    assertThat(tier().get("k")).isNull();
  }

  @Test
  public void itHoldsWhatWasPutLast() throws Exception {
    tier().put("k", bytes("first"));
    tier().put("other", bytes("other"));
    assertThat(tier().get("k")).isEqualTo(bytes("first"));
    tier().put("k", bytes("the second, which is longer"));
    assertThat(tier().get("k")).isEqualTo(bytes("the second, which is longer"));
    tier().put("k", bytes("3"));
    assertThat(tier().get("k")).isEqualTo(bytes("3"));
    assertThat(tier().get("other")).isEqualTo(bytes("other"));
  }

  @Test
  public void itForgetsOneKey() throws Exception {
    tier().put("k", bytes("v"));
    tier().put("other", bytes("other"));
    tier().remove("k");
    assertThat(tier().get("k")).isNull();
    assertThat(tier().get("other")).isEqualTo(bytes("other"));
    tier().put("k", bytes("again"));
    assertThat(tier().get("k")).isEqualTo(bytes("again"));
  }

  @Test
  public void itForgetsTheKeysThatMatch() throws Exception {
    for (int i = 0; i < 500; i++) {
      tier().put("feeds/" + i, bytes("f" + i));
      tier().put("users/" + i, bytes("u" + i));
    }
    tier().removeIf(key -> key.startsWith("feeds/"));
    for (int i = 0; i < 500; i++) {
      assertThat(tier().get("feeds/" + i)).isNull();
      assertThat(tier().get("users/" + i)).isEqualTo(bytes("u" + i));
    }
    tier().removeIf(key -> true);
    assertThat(tier().get("users/0")).isNull();
  }

  /** 600 characters is what a key's text may have; each here takes up to four bytes of UTF-8. */
  @Test
  public void longKeysOfEveryScriptAreKeptApart() throws Exception {
    List<String> keys = new ArrayList<>();
    for (String character : List.of("k", "ä", "Ä", "ж", "日", "\uD83D\uDE00", "\u0000", "\uFFFD")) {
      String key = character.repeat(600 / character.length());
      keys.add(key);
      keys.add(key.substring(0, key.length() - character.length()) + "/" + character);
    }
    keys.add("e\u0301"); // looks as the next
    keys.add("\u00e9");
    keys.add(" ");
    keys.add("");
    for (String key : keys) {
      tier().put(key, bytes(key));
    }
    for (String key : keys) {
      assertThat(tier().get(key)).isEqualTo(bytes(key));
    }
    List<String> found = new ArrayList<>();
    tier()
        .removeIf(
            key -> {
              found.add(key);
              return false;
            });
    assertThat(found).containsExactlyInAnyOrderElementsOf(keys);
  }

  @Test
  public void valuesMayBeEmptyOrLarge() throws Exception {
    byte[] large = new byte[MEGABYTE];
    new Random(1).nextBytes(large);
    tier().put("empty", new byte[0]);
    tier().put("large", large);
    assertThat(tier().get("empty")).isEmpty();
    assertThat(tier().get("large")).isEqualTo(large);
    tier().put("large", new byte[0]);
    assertThat(tier().get("large")).isEmpty();
  }

  /** Both sides keep their hands off bytes they gave away, so a tier need not copy them. */
  @Test
  public void itDoesNotChangeTheBytesItGot() throws Exception {
    byte[] given = bytes("value");
    tier().put("k", given);
    tier().put("k2", given);
    tier().get("k");
    tier().remove("k");
    assertThat(given).isEqualTo(bytes("value"));
    assertThat(tier().get("k2")).isEqualTo(bytes("value"));
  }

  @Test
  public void eightThreadsDoNotMixTheirKeys() throws Exception {
    List<Callable<List<Object>>> calls = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      int mine = thread;
      calls.add(() -> workOn("t" + mine + "/", mine));
    }
    for (Outcome<List<Object>> outcome : Threads.together(calls)) {
      assertThat(outcome.failure()).isNull();
      assertThat(outcome.value()).isEmpty();
    }
  }

  /** Puts, gets and removes keys of its own; returns what it should not have found. */
  private List<Object> workOn(String prefix, int seed) throws Exception {
    Random random = new Random(seed);
    byte[][] held = new byte[20][];
    List<Object> wrong = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      int which = random.nextInt(held.length);
      String key = prefix + which;
      switch (random.nextInt(4)) {
        case 0 -> {
          tier().remove(key);
          held[which] = null;
        }
        case 1 -> {
          held[which] = new byte[random.nextInt(5_000)];
          random.nextBytes(held[which]);
          tier().put(key, held[which]);
        }
        default -> {
          byte[] found = tier().get(key);
          if (!Arrays.equals(found, held[which])) {
            wrong.add(key + " in round " + i);
          }
        }
      }
    }
    return wrong;
  }
}
