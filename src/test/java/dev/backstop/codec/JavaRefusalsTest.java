package dev.backstop.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.GenericType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What is not listed is neither written nor read, nor even loaded. */
class JavaRefusalsTest {
  private static final GenericType<Object> ANY = GenericType.of(Object.class);
  private static final AtomicInteger RUNS = new AtomicInteger();

  static class Listed implements Serializable {
    private static final long serialVersionUID = 1L;
    Object content;

    Listed(Object content) {
      this.content = content;
    }
  }

  static final class Child extends Listed {
    private static final long serialVersionUID = 1L;

    Child() {
      super("x");
    }
  }

  /** What an attacker would look for: code that runs when it is read. */
  static final class Gadget implements Serializable {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) {
      RUNS.incrementAndGet();
    }
  }

  static final class Handler implements InvocationHandler, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
      RUNS.incrementAndGet();
      return null;
    }
  }

  interface SerializableSupplier extends Supplier<String>, Serializable {}

  @Test
  void aClassThatIsNotListed_isNamedAndNeverRuns_whereverItHides() throws Exception {
    RUNS.set(0);
    Object gadget = new Gadget();
    for (Object value :
        List.of(
            gadget,
            new Listed(gadget),
            new ArrayList<>(List.of(gadget)),
            new Object[] {gadget},
            new Gadget[0],
            new Gadget[0][0])) {
      assertRefused(JavaCodec.allowing(Listed.class), value, Gadget.class.getName());
    }
    assertThat(RUNS).hasValue(0);
  }

  @Test
  void aClassInAStream_isChecked() throws Exception {
    assertRefused(JavaCodec.allowing(), Gadget.class, Gadget.class.getName());
    assertRefused(JavaCodec.allowing(), Runtime.class, "java.lang.Runtime");
  }

  @Test
  void subclassesAndSuperclasses_areNotListedByTheWay() throws Exception {
    assertRefused(JavaCodec.allowing(Listed.class), new Child(), Child.class.getName());
    assertRefused(JavaCodec.allowing(Child.class), new Child(), Listed.class.getName());
  }

  @Test
  void aPackage_isNotTheOneBelowNorTheOneWhoseNameBeginsSo() throws Exception {
    for (String wrong :
        List.of("dev.backstop", "dev.backstop.code", "dev.backstop.codec.JavaCodec")) {
      assertRefused(
          JavaCodec.allowing().allowingPackages(wrong), new Gadget(), Gadget.class.getName());
    }
  }

  @Test
  void proxies_areRefusedWhateverTheyImplement() throws Exception {
    RUNS.set(0);
    Object proxy =
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Comparable.class, Runnable.class},
            new Handler());
    JavaCodec codec =
        JavaCodec.allowing(Handler.class, Comparable.class, Runnable.class, proxy.getClass());
    assertRefused(codec, proxy, "A proxy of java.lang.Comparable, java.lang.Runnable");
    assertThat(RUNS).hasValue(0);
  }

  @Test
  void lambdas_areRefused() throws Exception {
    SerializableSupplier lambda = () -> "x";
    assertRefused(
        JavaCodec.allowing(SerializableSupplier.class, JavaRefusalsTest.class),
        lambda,
        "java.lang.invoke.SerializedLambda");
  }

  @Test
  void aClassThatIsNotListed_isNotEvenLoaded() throws Exception {
    Recording loader = new Recording("Listed", "Gadget");
    Class<?> listed = loader.loadClass(Listed.class.getName());
    byte[] blob = new Plain(new Listed(new Gadget())).bytes();
    assertThatThrownBy(() -> JavaCodec.allowing(listed).decode(blob, 1, GenericType.of(listed)))
        .hasMessageContaining(Gadget.class.getName());
    assertThat(loader.asked)
        .contains(Listed.class.getName())
        .doesNotContain(Gadget.class.getName());
  }

  @Test
  void theLoaderOfTheValueType_isAsked_neverTheThreads() throws Exception {
    Recording ofTheType = new Recording("Listed");
    Recording ofTheThread = new Recording("Listed");
    Class<?> listed = ofTheType.loadClass(Listed.class.getName());
    byte[] blob = new Plain(List.of(new Listed("x"))).bytes();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(ofTheThread);
    try {
      JavaCodec byName = JavaCodec.allowing().allowingPackages("dev.backstop.codec");
      byte[] array = new Plain(new Listed[] {new Listed("x")}).bytes();
      Object value = byName.decode(array, 1, GenericType.of(listed.arrayType()));
      assertThat(value.getClass().getComponentType()).isSameAs(listed);
      List<?> list = (List<?>) JavaCodec.allowing(listed).decode(blob, 1, ANY);
      assertThat(list.get(0).getClass()).isSameAs(listed);
    } finally {
      thread.setContextClassLoader(before);
    }
    assertThat(ofTheThread.asked).isEmpty();
  }

  @Test
  void aClassThatIsGone_isNamed() throws Exception {
    JavaCodec codec = JavaCodec.allowing().allowingPackages("dev.backstop.codec");
    byte[] blob = renamed(codec.encode(new Gadget(), ANY), "Gadget", "Absent");
    assertThatThrownBy(() -> codec.decode(blob, 1, ANY))
        .isInstanceOf(ClassNotFoundException.class)
        .hasMessageEndingWith("JavaRefusalsTest$Absent");
  }

  @Test
  void rubbish_isRefused() throws Exception {
    byte[] blob = JavaCodec.allowing().encode(List.of("a", "b"), ANY);
    for (int length = 0; length < blob.length - 1; length++) {
      byte[] truncated = java.util.Arrays.copyOf(blob, length);
      assertThatThrownBy(() -> JavaCodec.allowing().decode(truncated, 1, ANY))
          .isInstanceOf(IOException.class);
    }
  }

  private static byte[] renamed(byte[] blob, String from, String to) {
    return new String(blob, StandardCharsets.ISO_8859_1)
        .replace(from, to)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void assertRefused(JavaCodec codec, Object value, String message)
      throws Exception {
    assertThatThrownBy(() -> codec.encode(value, ANY))
        .isExactlyInstanceOf(InvalidClassException.class)
        .hasMessageContaining(message);
    byte[] forged = new Plain(value).bytes();
    assertThatThrownBy(() -> codec.decode(forged, 1, ANY))
        .isExactlyInstanceOf(InvalidClassException.class)
        .hasMessageContaining(message);
  }

  /** A value as anybody would write it. */
  private record Plain(Object value) {
    byte[] bytes() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(value);
      }
      return bytes.toByteArray();
    }
  }

  /** Defines some of the classes of this test itself, as another application would. */
  private static final class Recording extends ClassLoader {
    final List<String> asked = new ArrayList<>();
    private final List<String> own;

    Recording(String... own) {
      super(JavaRefusalsTest.class.getClassLoader());
      this.own = List.of(own);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      asked.add(name);
      if (own.stream().noneMatch(mine -> name.endsWith("$" + mine))) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = file.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
