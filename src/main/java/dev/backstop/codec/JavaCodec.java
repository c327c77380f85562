package dev.backstop.codec;

import dev.backstop.Codec;
import dev.backstop.GenericType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.lang.invoke.MethodType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Java serialization, of listed classes only. Immutable.
 *
 * <p><b>Prefer JSON.</b> Whoever can write a row chooses which classes are made and filled when it
 * is read, and with classes that happen to be on the class path that has often been enough to run
 * any code. That is why this codec reads and writes nothing but
 *
 * <ul>
 *   <li>the classes and packages that it is told: exactly those, neither subclasses nor packages
 *       below; a superclass that is serializable is listed as well;
 *   <li>strings, primitives and their boxes, enums' common superclass, {@code BigDecimal}, {@code
 *       BigInteger}, {@code UUID}, {@code URI}, {@code Date}, {@code Locale}, {@code Currency},
 *       {@code java.time}, and the usual collections of {@code java.util};
 *   <li>arrays of all these.
 * </ul>
 *
 * <p>Proxies and lambdas are always refused. List a class only if its {@code readObject}, {@code
 * readResolve} and {@code readExternal} may run on any data: records have none of them.
 *
 * <p>Classes are looked for where the value's type comes from, then where the listed classes come
 * from; never in the thread's context class loader.
 */
public final class JavaCodec implements Codec {
  private static final String PACKAGE =
      "[\\p{javaJavaIdentifierPart}.]*\\p{javaJavaIdentifierPart}";

  private final AllowList allowed;
  private final Limits limits;
  private final Set<ClassLoader> loaders;

  private JavaCodec(AllowList allowed, Limits limits, Set<ClassLoader> loaders) {
    this.allowed = allowed;
    this.limits = limits;
    this.loaders = loaders;
  }

  /** Allows these classes, beside those of the JDK that are always allowed. */
  public static JavaCodec allowing(Class<?>... types) {
    Set<String> names = Stream.of(types).map(Class::getName).collect(Collectors.toSet());
    return new JavaCodec(
        AllowList.JDK.with(new AllowList(names, Set.of())),
        Limits.DEFAULTS,
        loaders(Stream.of(types)));
  }

  /**
   * Allows every class of these packages, too; none of the packages below them.
   *
   * @throws IllegalArgumentException if one is no name of a package: there are no wildcards
   */
  public JavaCodec allowingPackages(String... names) {
    for (String name : names) {
      if (!name.matches(PACKAGE)) {
        throw new IllegalArgumentException(
            "names must be names of packages, without wildcards, was " + name);
      }
    }
    return new JavaCodec(
        allowed.with(new AllowList(Set.of(), Set.copyOf(List.of(names)))), limits, loaders);
  }

  /** How deep objects may nest; 20 unless set. Nested sets cost twice as much at each level. */
  public JavaCodec maxDepth(int depth) {
    return with(
        new Limits(positive("maxDepth", depth), limits.array(), limits.refs(), limits.bytes()));
  }

  /** How many elements an array or a collection may have; 10,000,000 unless set. */
  public JavaCodec maxArray(int elements) {
    return with(
        new Limits(limits.depth(), positive("maxArray", elements), limits.refs(), limits.bytes()));
  }

  /** How many objects, strings and classes a value may have in all; 10,000,000 unless set. */
  public JavaCodec maxRefs(int references) {
    return with(
        new Limits(
            limits.depth(), limits.array(), positive("maxRefs", references), limits.bytes()));
  }

  /** How long a blob may be, written or read; 64 MiB unless set. */
  public JavaCodec maxBytes(int bytes) {
    return with(
        new Limits(limits.depth(), limits.array(), limits.refs(), positive("maxBytes", bytes)));
  }

  private JavaCodec with(Limits others) {
    return new JavaCodec(allowed, others, loaders);
  }

  private static int positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, was " + value);
    }
    return value;
  }

  @Override
  public String id() {
    return "java";
  }

  @Override
  public int format() {
    return 1;
  }

  @Override
  public <V> byte[] encode(V value, GenericType<V> type) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JavaOutput out = new JavaOutput(bytes, allowed)) {
      out.writeValue(value);
    }
    byte[] blob = bytes.toByteArray();
    limits.checkBytes(blob);
    return blob;
  }

  @Override
  @SuppressWarnings("unchecked") // checked as far as a class can be
  public <V> V decode(byte[] blob, int format, GenericType<V> type)
      throws IOException, ClassNotFoundException {
    limits.checkBytes(blob);
    Set<ClassLoader> all = loaders(type.classes().stream());
    all.addAll(loaders);
    all.add(ClassLoader.getPlatformClassLoader());
    try (JavaInput in = new JavaInput(blob, allowed, limits, all)) {
      Object value = in.readValue();
      Class<?> expected = MethodType.methodType(type.rawType()).wrap().returnType();
      if (!expected.isInstance(value)) {
        String was = value == null ? "null" : "a " + value.getClass().getName();
        throw new InvalidObjectException("The blob must hold a " + type + ", was " + was);
      }
      return (V) value;
    }
  }

  private static Set<ClassLoader> loaders(Stream<Class<?>> types) {
    return types
        .map(Class::getClassLoader) // null: the JDK's own
        .filter(Objects::nonNull)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
