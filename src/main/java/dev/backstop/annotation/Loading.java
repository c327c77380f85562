package dev.backstop.annotation;

import jakarta.enterprise.util.AnnotationLiteral;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Binds {@link LoadInterceptor} to the methods that are {@link Backed}; that one is no binding
 * itself, as it would then have to be allowed on classes.
 */
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@interface Loading {
  /** The annotation as an object. */
  final class Literal extends AnnotationLiteral<Loading> implements Loading {
    private static final long serialVersionUID = 1L;
    static final Literal INSTANCE = new Literal();

    private Literal() {}
  }
}
