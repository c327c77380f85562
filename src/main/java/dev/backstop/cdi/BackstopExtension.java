package dev.backstop.cdi;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.config.Configuration;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.BeforeShutdown;
import jakarta.enterprise.inject.spi.DefinitionException;
import jakarta.enterprise.inject.spi.DeploymentException;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.enterprise.inject.spi.ProcessBean;
import jakarta.enterprise.inject.spi.ProcessInjectionPoint;
import jakarta.servlet.ServletContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes a bean of each cache that is injected, and one of the {@link Backstop} itself, and refuses
 * a deployment whose caches can't be. Named in {@code META-INF/services}. Not for applications.
 */
public class BackstopExtension implements Extension {
  private static final Logger LOG = System.getLogger("dev.backstop");

  private final CachePoints points = new CachePoints();
  private boolean isInjected;
  private boolean isProduced;
  private boolean producesCaches;
  private @Nullable Deployment deployment;

  /** For the container. */
  public BackstopExtension() {}

  /** That of the application, once its beans are known. */
  Deployment deployment() {
    return Objects.requireNonNull(deployment, "the container has not begun");
  }

  /**
   * Makes a bean of the cache that an annotated method uses, as if it were injected there. For
   * other extensions of Backstop's, before this one has added its beans.
   *
   * @param spec what holds where the application produces none
   * @param where what messages call the place
   */
  public void use(CacheSpec<?, ?> spec, String where) {
    points.add(CachePoint.of(spec, where));
  }

  /** The caches that are used, or whose specs are produced, so far as is known by now. */
  public List<CacheSpec<?, ?>> used() {
    return points.all().stream().<CacheSpec<?, ?>>map(CachePoint::spec).toList();
  }

  void meet(@Observes ProcessInjectionPoint<?, ?> event) {
    InjectionPoint point = event.getInjectionPoint();
    Type type = Places.wanted(point.getType());
    if (Places.isOf(type, Backstop.class)) {
      isInjected = true;
    } else if (Places.isOf(type, BackedCache.class)) {
      points.injected(point.getQualifiers(), type, Places.of(point));
    }
  }

  void meet(@Observes ProcessBean<?> event) {
    Bean<?> bean = event.getBean();
    for (Type type : bean.getTypes()) {
      if (Places.isOf(type, CacheSpec.class)) {
        points.specified(bean.getQualifiers(), type, Places.of(event.getAnnotated()));
      }
      isProduced |=
          type == Backstop.class && bean.getQualifiers().contains(Default.Literal.INSTANCE);
      producesCaches |= Places.isOf(type, BackedCache.class);
    }
  }

  void addBeans(@Observes AfterBeanDiscovery event, BeanManager beans) {
    Configuration configuration =
        Configuration.of(
            BackstopExtension.class.getClassLoader()); // not before: servers make it late
    boolean isUsed = isInjected || !points.all().isEmpty();
    if (isUsed) {
      configuration.doubts(points.names()).forEach(doubt -> LOG.log(Level.WARNING, doubt));
    }
    Assembly assembly = new Assembly(points, configuration, new Produced(beans));
    deployment = new Deployment(assembly, isUsed, isProduced);
    points
        .problems(producesCaches)
        .forEach(problem -> event.addDefinitionError(new DefinitionException(problem)));
    if (!isProduced) {
      event
          .<Backstop>addBean()
          .id("dev.backstop")
          .types(Backstop.class, Object.class)
          .qualifiers(Default.Literal.INSTANCE, Any.Literal.INSTANCE)
          .scope(ApplicationScoped.class)
          .createWith(context -> deployment().backstop());
    }
    for (CachePoint point : points.all()) {
      event
          .addBean()
          .id("dev.backstop:" + point.name())
          .types(point.type(), Object.class)
          .qualifiers(CacheName.Literal.of(point.name()), Any.Literal.INSTANCE)
          .scope(ApplicationScoped.class)
          .createWith(context -> deployment().cache(point));
    }
  }

  void validate(@Observes AfterDeploymentValidation event) {
    deployment()
        .problems()
        .forEach(problem -> event.addDeploymentProblem(new DeploymentException(problem)));
  }

  /**
   * In a web application the listener does it, when naming works, which is not yet on every server.
   */
  void start(@Observes @Initialized(ApplicationScoped.class) Object context) {
    if (!isServletContext(context)) {
      deployment().start();
    }
  }

  private static boolean isServletContext(Object context) {
    try {
      return context instanceof ServletContext;
    } catch (NoClassDefFoundError withoutServlets) {
      return false;
    }
  }

  void stop(@Observes BeforeShutdown event) {
    if (deployment != null) {
      deployment.close();
    }
  }
}
