package dev.backstop.codec;

import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes nothing that {@link JavaInput} would refuse to read for its class. */
final class JavaOutput extends ObjectOutputStream {
  private final AllowList allowed;
  private @Nullable InvalidClassException refusal;

  JavaOutput(OutputStream out, AllowList allowed) throws IOException {
    super(out);
    this.allowed = allowed;
  }

  void writeValue(Object value) throws IOException {
    writeObject(value);
    if (refusal
        != null) { // not sooner: the stream writes what it throws, and would be refused that
      throw refusal;
    }
  }

  @Override
  protected void annotateClass(Class<?> type) {
    try {
      allowed.check(type.getName());
    } catch (InvalidClassException refused) {
      refuse(refused);
    }
  }

  @Override
  protected void annotateProxyClass(Class<?> type) {
    refuse(proxyOf(Stream.of(type.getInterfaces()).map(Class::getName).toArray(String[]::new)));
  }

  private void refuse(InvalidClassException refused) {
    refusal = refusal == null ? refused : refusal;
  }

  /** Whoever calls a proxy calls a handler that the blob chose. */
  static InvalidClassException proxyOf(String[] interfaces) {
    return new InvalidClassException(
        "A proxy of " + String.join(", ", interfaces) + " is never allowed");
  }
}
