package dev.backstop.backup;

import jakarta.persistence.SharedCacheMode;
import jakarta.persistence.ValidationMode;
import jakarta.persistence.spi.ClassTransformer;
import jakarta.persistence.spi.PersistenceUnitInfo;
import jakarta.persistence.spi.PersistenceUnitTransactionType;
import java.net.URL;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Our entities as a persistence unit without a {@code META-INF/persistence.xml}, which in a library
 * would make every {@code @PersistenceContext} of the application ambiguous.
 */
@SuppressWarnings("removal") // the type that Jakarta Persistence 3.1 has for transactions
final class PersistenceUnit implements PersistenceUnitInfo {
  private static final ClassLoader OURS = PersistenceUnit.class.getClassLoader();

  /** Unique: EclipseLink keeps units by name and would hand out that of an earlier deployment. */
  private final String name = "backstop-" + UUID.randomUUID();

  private final DataSource dataSource;

  PersistenceUnit(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  @Override
  public String getPersistenceUnitName() {
    return name;
  }

  @Override
  public List<String> getManagedClassNames() {
    return List.of(
        BackupEntity.class.getName(),
        CacheEntity.class.getName(),
        InstantConverter.class.getName());
  }

  @Override
  public DataSource getNonJtaDataSource() {
    return dataSource;
  }

  /** Never null: EclipseLink wants one. */
  @Override
  public URL getPersistenceUnitRootUrl() {
    return PersistenceUnit.class.getProtectionDomain().getCodeSource().getLocation();
  }

  @Override
  public Properties getProperties() {
    Properties properties = new Properties();
    properties.put("jakarta.persistence.schema-generation.database.action", "none");
    properties.put("eclipselink.weaving", "false");
    properties.put("eclipselink.logging.level", "SEVERE"); // an outage is told once, by us
    // As text: without EclipseLink the class cannot be loaded.
    properties.put("eclipselink.session.customizer", "dev.backstop.backup.EclipseLinkTuning");
    return properties;
  }

  /** Never the thread's: on Open Liberty that one does not see this jar. */
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
  public PersistenceUnitTransactionType getTransactionType() {
    return PersistenceUnitTransactionType.RESOURCE_LOCAL;
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
