package dev.backstop.examples.projectmanager;

import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.SharedCacheMode;
import jakarta.persistence.ValidationMode;
import jakarta.persistence.spi.ClassTransformer;
import jakarta.persistence.spi.PersistenceProviderResolverHolder;
import jakarta.persistence.spi.PersistenceUnitInfo;
import jakarta.persistence.spi.PersistenceUnitTransactionType;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The company's entities as a persistence unit on a pool of the application's own. Not by a
 * persistence.xml: GlassFish would open what is there itself, on a database that nobody started.
 *
 * @param name a new one each time: EclipseLink would give out the unit of an earlier deployment
 */
@SuppressWarnings("removal") // the type that Jakarta Persistence 3.1 has for transactions
record CompanyUnit(String name, DataSource database) implements PersistenceUnitInfo {
  private static final ClassLoader OURS = CompanyUnit.class.getClassLoader();

  /** Opens it with the provider that the server brings. */
  static EntityManagerFactory open(DataSource database) {
    return PersistenceProviderResolverHolder.getPersistenceProviderResolver()
        .getPersistenceProviders()
        .get(0)
        .createContainerEntityManagerFactory(
            new CompanyUnit("company-" + UUID.randomUUID(), database), Map.of());
  }

  @Override
  public String getPersistenceUnitName() {
    return name;
  }

  @Override
  public List<String> getManagedClassNames() {
    return List.of(Employee.class.getName(), Task.class.getName());
  }

  @Override
  public DataSource getNonJtaDataSource() {
    return database;
  }

  @Override
  public PersistenceUnitTransactionType getTransactionType() {
    return PersistenceUnitTransactionType.RESOURCE_LOCAL;
  }

  @Override
  public Properties getProperties() {
    Properties properties = new Properties();
    properties.put("jakarta.persistence.schema-generation.database.action", "none");
    properties.put("eclipselink.weaving", "false");
    return properties;
  }

  /** The folder of the classes. GlassFish names the file of each class as where it is from. */
  @Override
  public URL getPersistenceUnitRootUrl() {
    URL from = CompanyUnit.class.getProtectionDomain().getCodeSource().getLocation();
    String file = CompanyUnit.class.getName().replace('.', '/') + ".class";
    try {
      return from.getPath().endsWith(file) ? new URL(from.toString().replace(file, "")) : from;
    } catch (MalformedURLException impossible) {
      throw new IllegalStateException(from.toString(), impossible);
    }
  }

  @Override
  public ClassLoader getClassLoader() {
    return OURS;
  }

  @Override
  public ClassLoader getNewTempClassLoader() {
    return OURS;
  }

  @Override
  public boolean excludeUnlistedClasses() {
    return true;
  }

  @Override
  public SharedCacheMode getSharedCacheMode() {
    return SharedCacheMode.NONE;
  }

  @Override
  public ValidationMode getValidationMode() {
    return ValidationMode.NONE;
  }

  @Override
  public void addTransformer(ClassTransformer transformer) {} // nothing is woven

  @Override
  public String getPersistenceXMLSchemaVersion() {
    return "3.0";
  }

  @Override
  public @Nullable String getPersistenceProviderClassName() {
    return null;
  }

  @Override
  public @Nullable String getScopeAnnotationName() {
    return null;
  }

  @Override
  public List<String> getQualifierAnnotationNames() {
    return List.of();
  }

  @Override
  public @Nullable DataSource getJtaDataSource() {
    return null;
  }

  @Override
  public List<String> getMappingFileNames() {
    return List.of();
  }

  @Override
  public List<URL> getJarFileUrls() {
    return List.of();
  }
}
