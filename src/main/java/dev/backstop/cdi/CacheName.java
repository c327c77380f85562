package dev.backstop.cdi;

import jakarta.enterprise.util.AnnotationLiteral;
import jakarta.inject.Qualifier;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Which cache is meant: at an injection point of type {@link dev.backstop.BackedCache}, whose key
 * and value types are the cache's; or at a producer of its {@link dev.backstop.CacheSpec} or of the
 * {@link dev.backstop.Codec} of its values.
 *
 * <pre>{@code
 * @Inject @CacheName("feeds") BackedCache<String, Feed> feeds;
 * }</pre>
 */
@Qualifier
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE})
public @interface CacheName {
  /** The name of the cache. */
  String value();

  /** The annotation as an object, for {@code Instance.select}. */
  final class Literal extends AnnotationLiteral<CacheName> implements CacheName {
    private static final long serialVersionUID = 1L;

    private final String value;

    private Literal(String value) {
      this.value = value;
    }

    /** That of the cache of that name. */
    public static Literal of(String name) {
      return new Literal(name);
    }

    @Override
    public String value() {
      return value;
    }
  }
}
