package dev.backstop.annotation;

import dev.backstop.cdi.BackstopExtension;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.AnnotatedMethod;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.BeforeShutdown;
import jakarta.enterprise.inject.spi.DefinitionException;
import jakarta.enterprise.inject.spi.DeploymentException;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.WithAnnotations;
import jakarta.enterprise.inject.spi.configurator.AnnotatedMethodConfigurator;
import jakarta.interceptor.Interceptor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives the methods that are annotated their interceptors and their caches, and refuses those that
 * can't be. Named in {@code META-INF/services}. Not for applications.
 */
public class AnnotationExtension implements Extension {
  /** When the caches are known that methods load: before {@link BackstopExtension} adds them. */
  static final int LOADS = Interceptor.Priority.LIBRARY_BEFORE;

  /** When those are looked for that methods change. */
  static final int CHANGES = LOADS + 10;

  private final Map<Method, BackedMethod> backed = new LinkedHashMap<>();
  private final Map<Method, ChangingMethod> changing = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<Method, LoadCall> loads = new HashMap<>();
  private final Map<Method, ChangeCall> changes = new HashMap<>();
  private @Nullable Beans beans;
  private @Nullable Plan plan;

  /** For the container. */
  public AnnotationExtension() {}

  /** Not once it is known that they are needed: Weld does not enable those that come later. */
  void addInterceptors(@Observes BeforeBeanDiscovery event) {
    for (Class<?> interceptor : List.of(LoadInterceptor.class, ChangeInterceptor.class)) {
      event.addAnnotatedType(interceptor, interceptor.getName());
    }
  }

  void meet(
      @Observes
          @WithAnnotations({
            Backed.class,
            Expires.class,
            Expires.Several.class,
            Removes.class,
            Removes.Several.class
          })
          ProcessAnnotatedType<?> event) {
    Class<?> bean = event.getAnnotatedType().getJavaClass();
    event.configureAnnotatedType().methods().forEach(method -> meet(bean, method));
  }

  private void meet(Class<?> bean, AnnotatedMethodConfigurator<?> method) {
    AnnotatedMethod<?> declared = method.getAnnotated();
    ChangingMethod change = ChangingMethod.of(declared);
    boolean isBacked = declared.isAnnotationPresent(Backed.class);
    boolean isChanging = !change.changes().isEmpty();
    if (!isBacked && !isChanging) {
      return;
    }
    String where = change.key().where() + ": " + (isBacked ? "@Backed" : change.changes().get(0));
    Optional<String> refusal = Refusals.of(bean, declared.getJavaMember());
    if (refusal.isPresent()) {
      problems.add(
          where + " can't be on a method that no interceptor meets, and it " + refusal.get());
    } else if (isBacked && isChanging) {
      problems.add(where + " and " + change.changes().get(0) + " can't be on one method");
    } else if (isChanging) {
      changing.put(declared.getJavaMember(), change);
      method.add(Changing.Literal.INSTANCE);
    } else {
      try {
        backed.put(declared.getJavaMember(), BackedMethod.of(declared));
        method.add(Loading.Literal.INSTANCE);
      } catch (IllegalArgumentException refused) {
        problems.add(where + ": " + refused.getMessage());
      }
    }
  }

  void planLoads(@Observes @Priority(LOADS) AfterBeanDiscovery event, BeanManager manager) {
    beans = new Beans(manager);
    Plan made = new Plan(manager.getExtension(BackstopExtension.class), beans);
    plan = made;
    backed.forEach((method, load) -> made.load(load).ifPresent(call -> loads.put(method, call)));
  }

  void planChanges(@Observes @Priority(CHANGES) AfterBeanDiscovery event) {
    changing.forEach((method, change) -> changes.put(method, plan().change(change)));
  }

  void refuse(@Observes @Priority(CHANGES + 1) AfterBeanDiscovery event) {
    problems.addAll(plan().problems());
    problems.forEach(problem -> event.addDefinitionError(new DefinitionException(problem)));
  }

  /** That of the application, once its beans are known. */
  Plan plan() {
    return Objects.requireNonNull(plan, "the container has not come to it");
  }

  void validate(@Observes AfterDeploymentValidation event, BeanManager manager) {
    for (BackedMethod method : backed.values()) {
      Class<? extends PolicyFactory> factory = method.factory();
      if (factory != PolicyFactory.class && !new Beans(manager).has(factory)) {
        event.addDeploymentProblem(
            new DeploymentException(
                "%s: @Backed: policy must be the class of one bean, was %s"
                    .formatted(method.key().where(), factory.getName())));
      }
    }
  }

  /** What a call of that method does. */
  LoadCall load(Method method) {
    return known(loads, method);
  }

  /** What a call of that method does. */
  ChangeCall change(Method method) {
    return known(changes, method);
  }

  private static <T> T known(Map<Method, T> calls, Method method) {
    T call = calls.get(method);
    if (call == null) {
      throw new IllegalStateException("The container did not tell of the method " + method);
    }
    return call;
  }

  void stop(@Observes BeforeShutdown event) {
    if (beans != null) {
      beans.close();
    }
  }
}
