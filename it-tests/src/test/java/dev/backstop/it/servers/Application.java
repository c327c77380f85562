package dev.backstop.it.servers;

import java.util.Locale;

/** What is deployed to every server for the checks of the caches. */
enum Application {
  H2,
  POSTGRESQL,
  H2_WITH_UNIT,
  POSTGRESQL_WITH_UNIT;

  String path() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean hasUnit() {
    return this == H2_WITH_UNIT || this == POSTGRESQL_WITH_UNIT;
  }

  boolean isOnH2() {
    return this == H2 || this == H2_WITH_UNIT;
  }

  /** The application, with its backups in that database. */
  War war(Database database, String jndiName) {
    War war =
        new War(path())
            .part("caches")
            .libraries(Libraries.OF_BACKSTOP)
            .libraries(Libraries.DRIVERS)
            .setting("url", database.url())
            .setting("username", database.username())
            .setting("password", database.password())
            .setting("namespace", path());
    return hasUnit() ? war.part("unit").resource("META-INF/persistence.xml", unit(jndiName)) : war;
  }

  private static String unit(String jndiName) {
    return """
        <persistence xmlns="https://jakarta.ee/xml/ns/persistence" version="3.0">
          <persistence-unit name="notes" transaction-type="JTA">
            <jta-data-source>%s</jta-data-source>
            <class>dev.backstop.it.conformance.unit.Note</class>
            <exclude-unlisted-classes>true</exclude-unlisted-classes>
            <properties>
              <property name="jakarta.persistence.schema-generation.database.action"
                  value="create"/>
            </properties>
          </persistence-unit>
        </persistence>
        """
        .formatted(jndiName);
  }
}
