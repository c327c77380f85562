package dev.backstop.backup;

import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.spi.PersistenceProvider;
import jakarta.persistence.spi.PersistenceProviderResolverHolder;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Finds the Jakarta Persistence provider that is there: Hibernate, EclipseLink, or another. */
final class Providers {
  private static final String HIBERNATE = "org.hibernate.jpa.HibernatePersistenceProvider";
  private static final String ECLIPSELINK = "org.eclipse.persistence.jpa.PersistenceProvider";

  /** A constant, and so there even where this class can't be linked. */
  static final String NONE =
      "No Jakarta Persistence provider is there: add org.hibernate.orm:hibernate-core to the class"
          + " path";

  private Providers() {}

  /**
   * Returns the provider of that class name or, if it is null, the first that is there.
   *
   * @throws IllegalStateException if there is none
   */
  static PersistenceProvider find(@Nullable String className) {
    if (className != null) {
      PersistenceProvider named = byName(className);
      if (named == null) {
        throw new IllegalStateException(
            "persistenceProvider must be on the class path, was " + className);
      }
      return named;
    }
    List<PersistenceProvider> resolved =
        PersistenceProviderResolverHolder.getPersistenceProviderResolver()
            .getPersistenceProviders();
    for (String known : List.of(HIBERNATE, ECLIPSELINK)) {
      for (PersistenceProvider provider : resolved) {
        if (provider.getClass().getName().equals(known)) {
          return provider;
        }
      }
      PersistenceProvider named = byName(known);
      if (named != null) {
        return named;
      }
    }
    return resolved.stream().findFirst().orElseThrow(() -> new IllegalStateException(NONE));
  }

  /** Opens our unit, which needs a reachable database. */
  static EntityManagerFactory open(PersistenceProvider provider, DataSource dataSource) {
    return provider.createContainerEntityManagerFactory(new PersistenceUnit(dataSource), Map.of());
  }

  private static @Nullable PersistenceProvider byName(String className) {
    try {
      return Class.forName(className, true, Providers.class.getClassLoader())
          .asSubclass(PersistenceProvider.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | LinkageError | ClassCastException absent) {
      return null;
    }
  }
}
