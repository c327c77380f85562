package dev.backstop.it.servers;

class ProjectManagerOnPayaraMicroIT extends ProjectManagerChecks {
  @Override
  AppServer create() throws Exception {
    return new PayaraMicro();
  }
}
