package dev.backstop.faults;

import java.util.concurrent.Callable;

/** A value whose class ends with its class loader. */
public final class LoadedValue implements Callable<Object> {
  /** For who looks for it by its name. */
  public LoadedValue() {}

  @Override
  public Object call() {
    return new LoadedValue();
  }
}
