package dev.backstop.cdi;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.Annotated;
import jakarta.enterprise.inject.spi.AnnotatedMember;
import jakarta.enterprise.inject.spi.AnnotatedParameter;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.inject.Provider;
import java.lang.reflect.Member;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/** Reads what is injected and produced, and names the place for messages. */
final class Places {
  private Places() {}

  /** What an {@code Instance} or {@code Provider} is asked for; else the type itself. */
  static Type wanted(Type type) {
    boolean isLookup = isOf(type, Instance.class) || isOf(type, Provider.class);
    return isLookup && type instanceof ParameterizedType lookup
        ? lookup.getActualTypeArguments()[0]
        : type;
  }

  static boolean isOf(Type type, Class<?> raw) {
    return type == raw
        || (type instanceof ParameterizedType generic && generic.getRawType() == raw);
  }

  static String of(InjectionPoint point) {
    return of(point.getAnnotated());
  }

  static String of(Annotated annotated) {
    if (annotated instanceof AnnotatedParameter<?> parameter) {
      return of(parameter.getDeclaringCallable()) + ", parameter " + (parameter.getPosition() + 1);
    }
    if (annotated instanceof AnnotatedMember<?> member) {
      Member java = member.getJavaMember();
      return java.getDeclaringClass().getName() + "." + java.getName();
    }
    return annotated.getBaseType().getTypeName();
  }
}
