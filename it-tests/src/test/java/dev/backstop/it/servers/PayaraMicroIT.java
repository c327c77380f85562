package dev.backstop.it.servers;

class PayaraMicroIT extends ServerChecks {
  @Override
  AppServer create() throws Exception {
    return new PayaraMicro();
  }

  @Override
  public boolean hasStandardInterceptors() {
    return true;
  }
}
