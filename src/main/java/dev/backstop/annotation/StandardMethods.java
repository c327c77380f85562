package dev.backstop.annotation;

import jakarta.enterprise.inject.spi.AnnotatedMethod;
import jakarta.enterprise.inject.spi.AnnotatedType;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.InvocationContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheResult;
import org.jspecify.annotations.Nullable;

/** The methods that are annotated as JSR-107 has it. */
final class StandardMethods {
  private static final Logger LOG = System.getLogger("dev.backstop");
  private static final String OTHERS =
      "The container has interceptors of its own for javax.cache.annotation, which are left alone";

  private static final List<Class<?>> INTERCEPTORS =
      List.of(
          StandardResultInterceptor.class,
          StandardPutInterceptor.class,
          StandardRemoveInterceptor.class,
          StandardRemoveAllInterceptor.class);

  private final Map<Method, StandardMethod> declared = new LinkedHashMap<>();
  private final Map<Method, StandardCall> calls = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private boolean isOthers;

  private StandardMethods() {}

  /**
   * Makes interceptor bindings of the annotations, which they are not: what they say of that is in
   * the words of {@code javax}. Null if they are bindings all the same, as Payara's are.
   */
  static @Nullable StandardMethods bind(BeforeBeanDiscovery event, BeanManager manager) {
    if (StandardSettings.ALL.stream().anyMatch(manager::isInterceptorBinding)) {
      LOG.log(Level.INFO, OTHERS);
      return null;
    }
    for (Class<? extends Annotation> annotation : StandardSettings.ALL) {
      event
          .configureInterceptorBinding(annotation)
          .methods()
          .forEach(member -> member.add(Nonbinding.Literal.INSTANCE));
    }
    INTERCEPTORS.forEach(type -> event.addAnnotatedType(type, type.getName()));
    return new StandardMethods();
  }

  /** Ours do nothing where there are others. */
  void meetInterceptor(AnnotatedType<?> type) {
    boolean isOther =
        !INTERCEPTORS.contains(type.getJavaClass())
            && StandardSettings.ALL.stream().anyMatch(type::isAnnotationPresent);
    if (isOther && !isOthers) {
      LOG.log(Level.INFO, OTHERS);
      isOthers = true;
    }
  }

  void meet(AnnotatedType<?> bean) {
    if (isOthers || INTERCEPTORS.contains(bean.getJavaClass())) {
      return;
    }
    for (Class<? extends Annotation> annotation : StandardSettings.ALL) {
      if (bean.isAnnotationPresent(annotation)) {
        problems.add(
            "%s: @%s can't be on a class; annotate its methods, with @CacheDefaults on the class"
                .formatted(bean.getJavaClass().getName(), annotation.getSimpleName()));
      }
    }
    bean.getMethods().forEach(method -> meet(bean.getJavaClass(), method));
  }

  private void meet(Class<?> bean, AnnotatedMethod<?> method) {
    List<Annotation> annotations =
        StandardSettings.ALL.stream()
            .flatMap(type -> Stream.<Annotation>ofNullable(method.getAnnotation(type)))
            .toList();
    if (annotations.isEmpty()) {
      return;
    }
    StandardMethod met = StandardMethod.of(method, annotations.get(0));
    String where = met.key().where() + ": " + met.name();
    if (annotations.size() > 1) {
      problems.add(where + " and another annotation of javax.cache can't be on one method");
    } else if (!met.problem().isEmpty()) {
      problems.add(where + ": " + met.problem());
    } else {
      Refusals.of(bean, met.getMethod())
          .ifPresentOrElse(
              refusal ->
                  problems.add(
                      where + " can't be on a method that no interceptor meets, and it " + refusal),
              () -> declared.put(met.getMethod(), met));
    }
  }

  /** Those that tell of what their caches are. */
  void planLoads(Plan plan) {
    if (isOthers) {
      declared.clear();
      problems.clear();
    }
    problems.forEach(plan::refuse);
    plan(plan, true);
  }

  /** Only once all loads have their caches. */
  void planChanges(Plan plan) {
    plan(plan, false);
  }

  private void plan(Plan plan, boolean isLoads) {
    StandardPlan standard = new StandardPlan(plan);
    for (StandardMethod method : declared.values()) {
      Annotation annotation = method.getCacheAnnotation();
      if ((annotation instanceof CacheResult || annotation instanceof CachePut) == isLoads) {
        standard.call(method).ifPresent(call -> calls.put(method.getMethod(), call));
      }
    }
  }

  /** What is wrong with the generators and factories. */
  List<String> missing(Beans beans) {
    List<String> missing = new ArrayList<>();
    for (StandardMethod method : declared.values()) {
      Stream.of(method.keys(), method.resolvers())
          .filter(Objects::nonNull)
          .filter(type -> !beans.canMake(type))
          .forEach(
              type ->
                  missing.add(
                      "%s: %s: it must be the class of one bean, or have a constructor without parameters, was %s"
                          .formatted(method.key().where(), method.name(), type.getName())));
    }
    return missing;
  }

  @Nullable Object call(InvocationContext call) throws Exception {
    if (isOthers) {
      return call.proceed();
    }
    StandardCall known = calls.get(call.getMethod());
    if (known == null) {
      throw new IllegalStateException(
          "The container did not tell of the method " + call.getMethod());
    }
    return known.call(call);
  }
}
