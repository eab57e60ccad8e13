package policy
import ("testing";"fmt";"context";"github.com/staffsync/staffsync/source";"github.com/staffsync/staffsync/source/export";"os";"gopkg.in/yaml.v3")
type whole struct{ Domain string; Source source.Config; Config `yaml:",inline"`}
func TestScratch(t *testing.T){
 l,err:=newLanguage([]string{"cellPhone"}); if err!=nil{t.Fatal(err)}
 for _,s:=range []string{"staff.emial","staff.extra.celPhone","stff.email","staff.email +","staff.type + 'a'","1/0 > 0","email == 'a'","staff.schools","staff","dyn(1)","staff.extra","staff.email.matches('[')","'a' in staff.schools","[staff].map(s, s.emial)[0]","staff.zzz","string(staff)","staff.schools.map(s, s)[7] == 1 ? 'a':'b'","has(staff.foo)","if","'abc","a.b.c","foo(1)","staff.email.foo()","lower(1)","1 + 2u","staff.email.matches(1)", "// x", "x ? y", "staff[\"email\"]", "staff.extra[\"cellPhone\"]", "type(staff) == staff", "staff.type == 'TEACHER'", "timestamp(1)", "staff.email == null","{}","staff.teacherNumber == 5", "staff{dcid: 1}", "google.protobuf.Int64Value{value: 1}"}{
  _,p:=l.value(s)
  for _,e:=range p { fmt.Printf("%-40s %d:%d %v\n",s,e.line,e.column,e.err) }
  if len(p)==0 { fmt.Println(s,"OK") }
 }
 st:=&source.Staff{DCID:1,Email:"a@b.c",Undecided:map[string]string{"cellPhone":"rows disagree"},Schools:[]int64{1,2}}
 var a activation; a.person(st)
 for _,s:=range []string{"1/0","staff.extra.cellPhone","staff.schools[7]","has(staff.extra.cellPhone)","string(dyn(staff).foo)", "int(staff.email)","[1,2,3,4,5,6,7,8,9,10].map(a,[1,2,3,4,5,6,7,8,9,10].map(b,[1,2,3,4,5,6,7,8,9,10].map(c,[1,2,3,4,5,6,7,8,9,10].map(d,[1,2,3,4,5,6,7,8,9,10].map(e,[1,2,3,4,5,6,7,8,9,10].map(f,[1,2,3,4,5,6,7,8,9,10].map(g, g))))))).size()", "'%s'.format([staff])", "staff == staff","[staff][0].email","{'a': staff}['a'].email","type(staff)==type(staff.extra)","has(staff.email)", "staff.email.split('@')[1]","1.0/3.0","0.0/0.0", "staff in [staff]", "SUBSTITUTE", "staff.type == SUBSTITUTE","string(dyn(staff).email)", "string(dyn(staff)['email'])", "'%s'.format([staff.extra])", "string({dyn(staff): 1}.size())"}{
  e,p:=l.value(s); if len(p)>0{fmt.Println(s,"COMPILE",p[0].err);continue}
  v,err:=e.string(&a); fmt.Printf("%.60s => %q %v\n",s,v,err)
 }
 for _,n:=range []string{"d118","demo"}{
  b,_:=os.ReadFile("../../fixtures/"+n+"/staffsync.yaml")
  var w whole
  if err:=yaml.Unmarshal(b,&w);err!=nil{t.Fatal(err)}
  p,err:=Compile(w.Config,w.Domain,w.Source)
  fmt.Println(n,err); if err!=nil{continue}
  fmt.Printf("%+v\n",p.Rules())
  if n=="demo"{ sc,err:=w.Source.Complete(); fmt.Println(err)
   stt,err:=Reader{export.New("../../fixtures/demo/powerschool",sc),sc,p}.ReadState(context.Background()); fmt.Println(err)
   o,_:=yaml.Marshal(stt); os.WriteFile("/tmp/demo-state.yaml",o,0644)
  }
 }
}
