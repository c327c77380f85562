package dev.backstop.it.servers;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Properties;

/** What is deployed to every server for the checks of the caches. */
enum Application {
  /** Opened by the builder. */
  BUILT_ON_H2("h2", false, false),
  BUILT_ON_POSTGRESQL_WITH_UNIT("postgresql", false, true),
  /** Injected, on a pool of Backstop's own. */
  INJECTED_ON_H2_WITH_UNIT("h2", false, true),
  INJECTED_ON_POSTGRESQL("postgresql", false, false),
  /** Injected, on a data source of the server. */
  INJECTED_ON_POOL_OF_H2("h2", true, false),
  INJECTED_ON_POOL_OF_POSTGRESQL("postgresql", true, true),
  /** Injected, on a data source of two connections. */
  INJECTED_ON_TIGHT_POOL("tight", true, false);

  private static final String PAGE = "<class>dev.backstop.it.conformance.noted.Page</class>";

  private static final String WITH_JSON_B =
      """
      <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
        <context-param>
          <param-name>resteasy.preferJacksonOverJsonB</param-name>
          <param-value>false</param-value>
        </context-param>
      </web-app>
      """;

  private final String pool;
  private final boolean isOnPool;
  private final boolean hasUnit;

  Application(String pool, boolean isOnPool, boolean hasUnit) {
    this.pool = pool;
    this.isOnPool = isOnPool;
    this.hasUnit = hasUnit;
  }

  String path() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean isOnH2() {
    return pool.equals("h2");
  }

  /** Whether its unit has an entity whose changes are noted. */
  boolean notes() {
    return hasUnit && name().startsWith("INJECTED");
  }

  /** The pool of its transactions, and of its unit. */
  String pool() {
    return pool;
  }

  boolean isOnPool() {
    return isOnPool;
  }

  /** The application, with its backups in that database if they are not in a pool. */
  War war(Database database, AppServer server) {
    return war(path(), database, server);
  }

  /** The same below that name. */
  War war(String name, Database database, AppServer server) {
    String namespace = Integer.toString(ordinal());
    String jndiName = server.jndiName(pool);
    War war =
        new War(name)
            .part("caches")
            .libraries(Libraries.OF_BACKSTOP)
            .libraries(Libraries.DRIVERS)
            .setting("namespace", namespace)
            .setting("callers-pool", jndiName);
    Properties settings = new Properties();
    settings.setProperty("backstop.namespace", namespace);
    settings.setProperty("backstop.fail-fast", "true");
    // Seven that begin at once may be slow on a busy machine, above all to open files.
    settings.setProperty("backstop.backup-timeout", "PT10S");
    if (isOnPool) {
      war.setting("pool", jndiName);
      settings.setProperty("backstop.data-source", jndiName);
    } else {
      war.setting("url", database.url())
          .setting("username", database.username())
          .setting("password", database.password());
      settings.setProperty("backstop.jdbc-url", database.url());
      settings.setProperty("backstop.username", database.username());
      settings.setProperty("backstop.password", database.password());
    }
    if (name().startsWith("BUILT")) {
      war.part("built");
    } else {
      war.part("injected").part("transactions").part("annotated");
      if (notes()) {
        war.part("noted");
        settings.setProperty("backstop.change-notes", jndiName);
      }
      war.resource("META-INF/backstop.properties", text(settings));
      if (isOnPool) { // the others go without
        war.libraries("javax.cache.annotation.CacheResult");
      }
    }
    host(war);
    return hasUnit
        ? war.part("unit").resource("META-INF/persistence.xml", unit(jndiName, notes() ? PAGE : ""))
        : war;
  }

  /** What some do besides. */
  private void host(War war) {
    if (this == INJECTED_ON_H2_WITH_UNIT) {
      war.part("json").webInf("web.xml", WITH_JSON_B);
    } else if (this == INJECTED_ON_POOL_OF_H2) {
      war.part("json");
    } else if (this == INJECTED_ON_POSTGRESQL) {
      war.part("host")
          .resource("db/migration/flyway.location", "") // for Open Liberty
          .resource("db/migration/V1__own.sql", "create table own (id int)");
    }
  }

  private static String text(Properties properties) {
    StringWriter text = new StringWriter();
    try {
      properties.store(text, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static String unit(String jndiName, String more) {
    return """
        <persistence xmlns="https://jakarta.ee/xml/ns/persistence" version="3.0">
          <persistence-unit name="notes" transaction-type="JTA">
            <jta-data-source>%s</jta-data-source>
            <class>dev.backstop.it.conformance.unit.Note</class>%s
            <exclude-unlisted-classes>true</exclude-unlisted-classes>
            <properties>
              <property name="jakarta.persistence.schema-generation.database.action"
                  value="create"/>
            </properties>
          </persistence-unit>
        </persistence>
        """
        .formatted(jndiName, more);
  }
}
