package dev.backstop.jta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.Transactions.End;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the numbers of {@code jakarta.transaction.Status} come to. */
class JtaTransactionsTest {
  @ParameterizedTest
  @CsvSource({
    "0, UNKNOWN", // active
    "1, ROLLED_BACK", // marked for it
    "2, UNKNOWN", // prepared
    "3, COMMITTED",
    "4, ROLLED_BACK",
    "5, UNKNOWN",
    "6, UNKNOWN", // there is none any more
    "7, UNKNOWN", // preparing
    "8, UNKNOWN", // committing
    "9, ROLLED_BACK", // rolling back
    "10, UNKNOWN", // of no version
  })
  void onlyWhatIsSureIsBelieved(int status, End end) {
    assertThat(JtaTransactions.end(status)).isEqualTo(end);
  }

  @Test
  void aRegistryMustBeGiven() {
    assertThatThrownBy(() -> new JtaTransactions(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("registry");
  }
}
