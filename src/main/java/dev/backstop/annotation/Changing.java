package dev.backstop.annotation;

import jakarta.enterprise.util.AnnotationLiteral;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Binds {@link ChangeInterceptor} to the methods that expire or remove. */
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@interface Changing {
  /** The annotation as an object. */
  final class Literal extends AnnotationLiteral<Changing> implements Changing {
    private static final long serialVersionUID = 1L;
    static final Literal INSTANCE = new Literal();

    private Literal() {}
  }
}
