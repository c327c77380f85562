package dev.backstop.codec;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputFilter.FilterInfo;
import java.io.ObjectInputFilter.Status;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.io.UncheckedIOException;
import java.util.Collection;

/** Reads one object, and loads, makes and fills nothing that is not allowed. */
final class JavaInput extends ObjectInputStream {
  private final AllowList allowed;
  private final Limits limits;
  private final Collection<ClassLoader> loaders;

  JavaInput(byte[] blob, AllowList allowed, Limits limits, Collection<ClassLoader> loaders)
      throws IOException {
    super(new ByteArrayInputStream(blob));
    this.allowed = allowed;
    this.limits = limits;
    this.loaders = loaders;
    setObjectInputFilter((ObjectInputFilter) this::check);
  }

  Object readValue() throws IOException, ClassNotFoundException {
    try {
      return readObject();
    } catch (InvalidClassException rejected) {
      // The stream hides what the filter says behind "REJECTED".
      throw rejected.getCause() instanceof UncheckedIOException refusal
          ? refusal.getCause()
          : rejected;
    }
  }

  private Status check(FilterInfo info) {
    Class<?> type = info.serialClass();
    try {
      limits.check(info);
      if (type != null) {
        allowed.check(type.getName());
      }
    } catch (IOException refusal) {
      throw new UncheckedIOException(refusal);
    }
    return type == null ? Status.UNDECIDED : Status.ALLOWED;
  }

  /** Asked before the filter is, which sees classes that are already loaded. */
  @Override
  protected Class<?> resolveClass(ObjectStreamClass described)
      throws IOException, ClassNotFoundException {
    String name = described.getName();
    allowed.check(name);
    for (ClassLoader loader : loaders) {
      try {
        return Class.forName(name, false, loader);
      } catch (ClassNotFoundException next) {
        // Another may have it.
      }
    }
    throw new ClassNotFoundException(name);
  }

  @Override
  protected Class<?> resolveProxyClass(String[] interfaces) throws IOException {
    throw JavaOutput.proxyOf(interfaces);
  }
}
