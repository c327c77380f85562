package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.testing.bookshop.Book;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside an application that has a persistence unit of its own, and with no provider at all. */
class PersistenceUnitTest extends Fixture {
  private static final String HIBERNATE = "org.hibernate.jpa.HibernatePersistenceProvider";
  private static final String ECLIPSELINK = "org.eclipse.persistence.jpa.PersistenceProvider";

  private final Source source = new Source("v1");

  @ParameterizedTest
  @ValueSource(strings = {HIBERNATE, ECLIPSELINK})
  void unitOfTheApplicationMadeBefore_doesNotNotice(String provider) throws Exception {
    try (EntityManagerFactory bookshop = bookshop(provider)) {
      sell(bookshop, "1", "Moby Dick");
      BackedCache<String, String> cache = cache();
      cache.get("k", source);
      sell(bookshop, "2", "Walden");
      checkTheBookshop(bookshop);
      checkThatItStandsIn(cache);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {HIBERNATE, ECLIPSELINK})
  void unitOfTheApplicationMadeAfter_doesNotNotice(String provider) throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    try (EntityManagerFactory bookshop = bookshop(provider)) { // which makes its tables anew
      sell(bookshop, "1", "Moby Dick");
      sell(bookshop, "2", "Walden");
      checkTheBookshop(bookshop);
      checkThatItStandsIn(cache);
    }
    checkThatItStandsIn(afterRestart());
  }

  @ParameterizedTest
  @ValueSource(strings = {HIBERNATE, ECLIPSELINK})
  void unitOfTheApplication_outlivesBackstop(String provider) throws Exception {
    Backstop backstop = open();
    cache(backstop).get("k", source);
    try (EntityManagerFactory bookshop = bookshop(provider)) {
      backstop.close();
      sell(bookshop, "1", "Moby Dick");
      sell(bookshop, "2", "Walden");
      checkTheBookshop(bookshop);
    }
  }

  /** Made as an application does: by the name of its unit, found in its own persistence.xml. */
  private EntityManagerFactory bookshop(String provider) {
    return Persistence.createEntityManagerFactory(
        "bookshop",
        Map.of(
            "jakarta.persistence.provider",
            provider,
            "jakarta.persistence.nonJtaDataSource",
            shared().dataSource(),
            "jakarta.persistence.schema-generation.database.action",
            "drop-and-create"));
  }

  private static void sell(EntityManagerFactory bookshop, String isbn, String title) {
    try (EntityManager entityManager = bookshop.createEntityManager()) {
      entityManager.getTransaction().begin();
      entityManager.persist(new Book(isbn, title));
      entityManager.getTransaction().commit();
    }
  }

  private static void checkTheBookshop(EntityManagerFactory bookshop) {
    // A provider may find other entities of these tests as well, but none of Backstop's.
    assertThat(bookshop.getMetamodel().getManagedTypes())
        .extracting(type -> type.getJavaType().getName())
        .contains(Book.class.getName())
        .noneMatch(name -> name.startsWith("dev.backstop.backup."));
    try (EntityManager entityManager = bookshop.createEntityManager()) {
      assertThat(
              entityManager
                  .createQuery("select b from Book b order by b.isbn", Book.class)
                  .getResultList())
          .extracting(Book::title)
          .containsExactly("Moby Dick", "Walden");
    }
  }

  private void checkThatItStandsIn(BackedCache<String, String> cache) throws Exception {
    pastTtl();
    source.fail();
    assertThat(cache.get("k", source)).isEqualTo("v1");
  }

  @Test
  void withoutAnyProvider_saysWhatToAdd() throws Exception {
    Predicate<String> providers =
        jar -> jar.contains("hibernate-core") || jar.contains("eclipselink") || jar.contains(ORG);
    assertThatThrownBy(() -> buildWithout(providers))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageContaining("No Jakarta Persistence provider is there")
        .hasMessageContaining("org.hibernate.orm:hibernate-core");
  }

  @Test
  void withoutJakartaPersistence_saysWhatToAdd() throws Exception {
    Predicate<String> all =
        jar ->
            jar.contains("hibernate-core")
                || jar.contains(ORG)
                || jar.contains("jakarta.persistence");
    assertThatThrownBy(() -> buildWithout(all))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageContaining("No Jakarta Persistence provider is there")
        .hasMessageContaining("org.hibernate.orm:hibernate-core");
  }

  private static final String ORG = "org.eclipse.persistence";

  /** As in an application that forgot some jars. */
  private static void buildWithout(Predicate<String> jars) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader application = classPathWithout(jars)) {
      thread.setContextClassLoader(application);
      Object builder =
          application.loadClass(Backstop.class.getName()).getMethod("builder").invoke(null);
      builder
          .getClass()
          .getMethod("jdbcUrl", String.class)
          .invoke(builder, "jdbc:h2:mem:without-provider");
      builder.getClass().getMethod("build").invoke(builder);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause() instanceof Exception cause ? cause : thrown;
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URLClassLoader classPathWithout(Predicate<String> jars) throws Exception {
    List<URL> urls = new ArrayList<>();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      if (!jars.test(new File(entry).getName())) {
        urls.add(new File(entry).toURI().toURL());
      }
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }
}
