package dev.backstop.annotation;

import java.lang.reflect.Method;

/** What messages say of methods. */
final class Methods {
  private Methods() {}

  static String name(Method method) {
    return method.getDeclaringClass().getName() + "." + method.getName();
  }
}
