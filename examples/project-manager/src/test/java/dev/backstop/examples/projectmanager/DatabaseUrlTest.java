package dev.backstop.examples.projectmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseUrlTest {
  @ParameterizedTest
  @CsvSource({
    "jdbc:h2:./here/backups, jdbc:h2:./here/company",
    "jdbc:h2:mem:backups;DB_CLOSE_DELAY=-1, jdbc:h2:mem:company;DB_CLOSE_DELAY=-1",
    "jdbc:h2:file:/a b/c, jdbc:h2:file:/a b/company",
    "jdbc:postgresql://host/db?user=me, jdbc:postgresql://host/db?user=me",
  })
  void theCompanyIsBesideTheBackups(String backups, String company) {
    assertThat(DatabaseUrl.beside(backups).text()).isEqualTo(company);
  }

  @Test
  void anotherDatabaseIsRefusedByTheNameOfTheSetting() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DatabaseUrl.beside("jdbc:mysql://host/db"))
        .withMessageContaining(DatabaseUrl.SETTING);
  }

  @Test
  void theFileForBackstopSaysTheSame() throws IOException {
    Properties file = new Properties();
    try (InputStream in = getClass().getResourceAsStream("/META-INF/backstop.properties")) {
      file.load(in);
    }

    assertThat(file.getProperty(DatabaseUrl.SETTING)).isEqualTo(DatabaseUrl.DEFAULT);
  }
}
