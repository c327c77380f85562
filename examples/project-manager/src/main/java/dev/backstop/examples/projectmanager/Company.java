package dev.backstop.examples.projectmanager;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * The database of the company: a pool of its own, so that the same WAR runs on every server without
 * a word in the server's configuration.
 */
@ApplicationScoped
class Company {
  private HikariDataSource pool;
  private EntityManagerFactory factory;

  /** Nothing more: whoever calls it has had it opened. */
  void requireOpen() {}

  @PostConstruct
  void open() {
    DatabaseUrl url = DatabaseUrl.configured();
    pool = pool("company", url);
    migrate(pool, url);
    factory = CompanyUnit.open(pool);
  }

  /** Makes the tables and the company, in a history beside Backstop's. */
  static void migrate(DataSource database, DatabaseUrl url) {
    Flyway.configure(Company.class.getClassLoader())
        .dataSource(database)
        .table("company_schema_history")
        .baselineOnMigrate(true) // the backups may have been here first
        .baselineVersion("0")
        .locations("classpath:db/company/common", "classpath:db/company/" + url.vendor())
        .failOnMissingLocations(true)
        .load()
        .migrate();
  }

  /** The driver is named, as one in a WAR is not known to the driver manager. */
  static HikariDataSource pool(String name, DatabaseUrl url) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setDataSourceClassName(url.driver());
    config.addDataSourceProperty("url", url.text());
    return new HikariDataSource(config);
  }

  @Produces
  @OfCompany
  @RequestScoped
  EntityManager entityManager() {
    return factory.createEntityManager();
  }

  void close(@Disposes @OfCompany EntityManager em) {
    em.close();
  }

  @PreDestroy
  void close() {
    factory.close();
    pool.close();
  }
}
