package dev.backstop.cdi;

import jakarta.enterprise.util.AnnotationLiteral;
import jakarta.inject.Qualifier;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks what an application produces for Backstop to use in the place of its own: a {@code
 * DataSource} of the backups, a {@link dev.backstop.Codec} of all caches that have none of their
 * own, an {@code InstantSource} as the clock, an {@code Executor} of loads, a {@code ThreadFactory}
 * of its threads, a {@link dev.backstop.Transactions} that tells of transactions. What has not this
 * mark is never taken, least of all the application's default data source.
 *
 * <pre>{@code
 * @Resource(lookup = "java:app/jdbc/backups") @Produces @ForBackstop DataSource backups;
 * }</pre>
 */
@Qualifier
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE})
public @interface ForBackstop {
  /** The annotation as an object, for {@code Instance.select}. */
  final class Literal extends AnnotationLiteral<ForBackstop> implements ForBackstop {
    private static final long serialVersionUID = 1L;

    /** The only one there need be. */
    public static final Literal INSTANCE = new Literal();

    private Literal() {}
  }
}
