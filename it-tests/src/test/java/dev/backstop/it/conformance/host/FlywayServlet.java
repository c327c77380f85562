package dev.backstop.it.conformance.host;

import dev.backstop.it.conformance.Settings;
import dev.backstop.it.conformance.TextServlet;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;

/** Migrates the application's own tables, in Flyway's usual history, beside Backstop's. */
@WebServlet("/flyway")
public class FlywayServlet extends TextServlet {
  @Override
  protected String answer(HttpServletRequest request) {
    MigrateResult result =
        Flyway.configure(FlywayServlet.class.getClassLoader())
            .dataSource(Settings.get("url"), Settings.get("username"), Settings.get("password"))
            .locations("classpath:db/migration")
            .baselineOnMigrate(true) // Backstop was first in this schema
            .baselineVersion("0")
            .load()
            .migrate();
    return result.migrationsExecuted + " to " + result.targetSchemaVersion;
  }
}
